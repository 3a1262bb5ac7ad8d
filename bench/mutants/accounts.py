# A bank whose tellers are threads of a pool.
import threading
from concurrent.futures import ThreadPoolExecutor


class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self._balance = balance
        self._lock = threading.Lock()

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError(amount)
        with self._lock:
            self._balance += amount

    def withdraw(self, amount):
        with self._lock:
            if self._balance < amount:
                raise ValueError("not enough money")
            self._balance -= amount

    def pay_interest(self, rate):
        with self._lock:
            self._balance = self._balance + round(self._balance * rate)

    @property
    def balance(self):
        with self._lock:
            return self._balance


class Bank:
    def __init__(self):
        self._accounts = {}
        self._lock = threading.RLock()

    def open(self, owner):
        with self._lock:
            if owner not in self._accounts:
                self._accounts[owner] = Account(owner)
            return self._accounts[owner]

    def close(self, owner):
        with self._lock:
            account = self._accounts.pop(owner)
        return account.balance

    def total(self):
        with self._lock:
            return sum(it.balance for it in self._accounts.values())

    def end_of_year(self, rate):
        with self._lock:
            for account in self._accounts.values():
                account.pay_interest(rate)


bank = Bank()


def serve(owner):
    account = bank.open(owner)
    account.deposit(100)
    account.withdraw(30)


def main():
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(serve, ["ann", "bob", "ann"] * 50))
    print(bank.total())


if __name__ == "__main__":
    main()
