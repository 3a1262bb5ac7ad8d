# Plays transactions on accounts held in a dictionary of objects.
import random


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.history = []

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("too little money")
        self.balance -= amount
        self.history.append(-amount)

    def deposit(self, amount):
        self.balance += amount
        self.history.append(amount)


def transfer(accounts, source, target, amount):
    try:
        accounts[source].withdraw(amount)
    except ValueError:
        return False
    accounts[target].deposit(amount)
    return True


def task():
    random.seed(1)
    accounts = {f"acc{i}": Account(f"owner {i}", 1_000) for i in range(100)}
    names = list(accounts)
    done = 0
    for _ in range(150_000):
        source, target = random.choice(names), random.choice(names)
        done += transfer(accounts, source, target, random.randint(1, 100))
    return done
