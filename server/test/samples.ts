// Small Python files with one defect each, for the tests of the language server.

const api = 'from service import load_page\n\n\nasync def handler(url):\n    page = load_page(url)\n    return page.upper()\n';
/** A coroutine that reaches the network through two files. */
export const web = {
  'api.py': api,
  'service.py': 'from client import fetch\n\n\ndef load_page(url):\n    return fetch(url).strip()\n',
  'client.py': 'import requests\n\n\ndef fetch(url):\n    return requests.get(url, timeout=5).text\n',
};
/** One alarm, with a safe fix. */
export const nap = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';
/** One alarm, whose rewrite is refused. */
export const shared = `from concurrent.futures import ThreadPoolExecutor

found = []


def search(offset):
    total = 0
    for number in range(5_000_000):
        total += (number + offset) * number % 7
    found.append(total)


def main():
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(search, [1, 2, 3, 4]))


if __name__ == "__main__":
    main()
`;
/** One alarm, with a rewrite to review. */
export const report = `from concurrent.futures import ThreadPoolExecutor


def count(limit):
    total = 0
    for number in range(5_000_000):
        total += (number + limit) * number % 7
    return total


def main():
    with ThreadPoolExecutor(max_workers=4) as pool:
        print(list(pool.map(count, [1, 2, 3, 4])))


if __name__ == "__main__":
    main()
`;
