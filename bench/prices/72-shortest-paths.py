# Finds shortest paths between all pairs of nodes.
NODES = 90


def task():
    far = 1_000_000
    cost = [[far] * NODES for _ in range(NODES)]
    for a in range(NODES):
        for step in (1, 7, 13):
            cost[a][(a + step) % NODES] = step * 2 + a % 5
    for middle in range(NODES):
        for a in range(NODES):
            for b in range(NODES):
                through = cost[a][middle] + cost[middle][b]
                if through < cost[a][b]:
                    cost[a][b] = through
    return sum(map(max, cost))
