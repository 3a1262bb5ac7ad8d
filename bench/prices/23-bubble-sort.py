# Sorts by swapping neighbours, a loop in a loop whose length shrinks.
def bubble_sort(values):
    n = len(values)
    for i in range(n):
        for j in range(0, n - i - 1):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]
    return values


def task():
    return bubble_sort([i * 7919 % 10_007 for i in range(1_500)])
