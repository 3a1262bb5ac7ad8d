# Makes many records of a data class and adds up one field.
from dataclasses import dataclass


@dataclass
class Order:
    number: int
    price: float
    amount: int

    @property
    def total(self):
        return self.price * self.amount


def task():
    orders = [Order(i, i * 0.25, i % 9) for i in range(200_000)]
    return sum(order.total for order in orders)
