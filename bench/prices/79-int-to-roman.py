# Writes numbers in Roman numerals.
NUMERALS = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]


def roman(number):
    out = ""
    for value, sign in NUMERALS:
        while number >= value:
            out += sign
            number -= value
    return out


def task():
    return max((roman(n) for n in range(1, 40_000 // 10)), key=len), [roman(n % 3999 + 1) for n in range(40_000)][-1]
