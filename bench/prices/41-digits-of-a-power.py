# Adds up the decimal ones among the hexadecimal digits of a very large number.
def task():
    number = 7 ** 400_000
    return sum(int(digit) for digit in hex(number)[2:] if digit.isdigit())
