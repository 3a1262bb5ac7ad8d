# Places queens by backtracking; the tree is known only at run time.
def place(row, columns, diagonals, others, n):
    if row == n:
        return 1
    found = 0
    for column in range(n):
        if column in columns or row + column in diagonals or row - column in others:
            continue
        found += place(row + 1, columns | {column}, diagonals | {row + column}, others | {row - column}, n)
    return found


def task():
    return place(0, frozenset(), frozenset(), frozenset(), 9)
