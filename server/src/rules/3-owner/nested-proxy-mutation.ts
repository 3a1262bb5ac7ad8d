// Law 3. What a manager's proxy gives out is a copy: a change of it stays in this process.
import { putBack } from '../../fixes/put-back.js';
import { storeProxy } from '../../fixes/store-proxy.js';
import { rule } from '../../model.js';

export default rule({
  id: 'nested-proxy-mutation',
  law: 'owner',
  title: 'A copy is changed, and the proxy never sees it',
  on: ['call', 'bind'],
  severity: 'error',
  check(of, program) {
    if (of.kind === 'call' ? of.callee.is !== 'attr' : of.target.is === 'name') return undefined;
    const found = program.proxyCopy(of);
    if (!found) return undefined;
    const says = of.kind === 'call' && of.callee.is === 'attr' ? `${found.copy}.${of.callee.name}` : found.copy;
    return {
      message: `\`${says}\` changes a local copy: \`${found.proxy}\` never sees it`,
      because: [found.because],
    };
  },
  fixes: [putBack, storeProxy],
});
