# Adds interest in decimals, month by month.
from decimal import Decimal


def task():
    balance = Decimal("1000.00")
    rate = Decimal("1.0005")
    for _ in range(300_000):
        balance = (balance * rate).quantize(Decimal("0.01"))
        if balance > 1_000_000:
            balance = Decimal("1000.00")
    return balance
