# Formats rows of a table and joins them.
def task():
    rows = []
    for i in range(300_000):
        rows.append("{:>8} | {:<10} | {:.2f}".format(i, "name", i / 7))
    return len("\n".join(rows))
