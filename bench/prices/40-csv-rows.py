# Splits lines at commas and converts the fields.
def parse(line):
    name, amount, price = line.split(",")
    return name.strip(), int(amount), float(price)


def task():
    lines = [f"item{i}, {i}, {i}.5" for i in range(250_000)]
    total = 0.0
    for line in lines:
        _, amount, price = parse(line)
        total += amount * price
    return total
