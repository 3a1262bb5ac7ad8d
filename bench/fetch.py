# Fetches the packages of corpus.json with pip's own index client, checks their hashes, and unpacks the Python files.
#
#   fetch.py CACHE [NAME...]         fetch what the cache lacks, print one line per package
#   fetch.py --pin CACHE NAME==X...  print corpus entries for these versions
#
# `pip download` itself would run the build scripts of each package to learn its metadata; asking pip only for the link
# and reading the archive as bytes runs nothing of theirs.
import hashlib
import json
import os
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from pip._internal.commands.download import DownloadCommand

CORPUS = Path(__file__).with_name("corpus.json")


class Index:
    """The package index as pip is set up to reach it."""

    def __init__(self):
        command = DownloadCommand("download", "fetch the corpus")
        options, _ = command.parse_args(["--no-deps", "--no-binary=:all:", "--pre"])
        self.session = command._build_session(options)
        self.finder = command._build_package_finder(
            options=options, session=self.session, ignore_requires_python=True
        )

    def link(self, name, version):
        for candidate in self.finder.find_all_candidates(name):
            if str(candidate.version) == version and not candidate.link.is_wheel:
                return candidate.link
        raise LookupError(f"the index has no source distribution of {name} {version}")

    def download(self, link, path):
        part = path.with_name(path.name + ".part")
        digest = hashlib.sha256()
        with self.session.get(link.url_without_fragment, stream=True, headers={"Accept-Encoding": "identity"}) as answer:
            answer.raise_for_status()
            with open(part, "wb") as out:
                for block in answer.iter_content(1 << 16):
                    digest.update(block)
                    out.write(block)
        part.rename(path)
        return digest.hexdigest()


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def members(path):
    """Yields name and bytes of each Python file of an archive, whichever of the two kinds it is."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.filename.endswith(".py") and not entry.is_dir():
                    yield entry.filename, archive.read(entry)
        return
    with tarfile.open(path) as archive:
        for entry in archive:
            if entry.isfile() and entry.name.endswith(".py"):
                yield entry.name, archive.extractfile(entry).read()


def unpack(path, folder):
    """Writes the Python files below `folder`, without the archive's own top folder."""
    fresh = folder.with_name(folder.name + ".part")
    for name, content in members(path):
        parts = PurePosixPath(name).parts[1:]
        if not parts or ".." in parts or PurePosixPath(name).is_absolute():
            continue
        target = fresh.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    os.replace(fresh, folder)


def fetch(cache, entry, index):
    folder = cache / "src" / f"{entry['name']}-{entry['version']}"
    if folder.is_dir():
        return "cached"
    archive = cache / "archives" / entry["file"]
    archive.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not archive.is_file():
        index = index()
        index.download(index.link(entry["name"], entry["version"]), archive)
    found = sha256(archive)
    if found != entry["sha256"]:
        archive.unlink()
        raise ValueError(f"{entry['file']} has the hash {found}, corpus.json expects {entry['sha256']}")
    unpack(archive, folder)
    return "fetched"


def pin(cache, wanted, index):
    """Prints entries for new packages; the hash is that of the bytes received, compared with the index's own."""
    (cache / "archives").mkdir(parents=True, exist_ok=True)
    entries = []
    for requirement in wanted:
        name, _, version = requirement.partition("==")
        try:
            link = index().link(name, version)
            path = cache / "archives" / link.filename
            found = sha256(path) if path.is_file() else index().download(link, path)
            if link.hash and link.hash != found:
                raise ValueError(f"{link.filename}: the index promises {link.hash}, the bytes have {found}")
        except (LookupError, ValueError, OSError) as error:
            print(f"{requirement}: {error}", file=sys.stderr)
            continue
        entries.append({"name": name, "version": version, "file": link.filename, "sha256": found})
        print(f"{requirement}: {path.stat().st_size} bytes", file=sys.stderr)
    json.dump(entries, sys.stdout, indent=2)


def main(argv):
    made = []

    def index():
        if not made:
            made.append(Index())
        return made[0]

    if argv[0] == "--pin":
        pin(Path(argv[1]), argv[2:], index)
        return 0
    cache, names = Path(argv[0]), set(argv[1:])
    failed = 0
    for entry in json.loads(CORPUS.read_text())["packages"]:
        if names and entry["name"] not in names:
            continue
        try:
            print(f"{entry['name']}: {fetch(cache, entry, index)}", file=sys.stderr)
        except (LookupError, ValueError, OSError) as error:
            failed += 1
            print(f"{entry['name']}: {error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
