# The same average with the sum of each window taken anew.
def task():
    series = [i % 97 for i in range(60_000)]
    return max(sum(series[i : i + 50]) / 50 for i in range(len(series) - 50))
