# Inserts into a binary tree of objects and walks it with a recursive generator.
class Node:
    __slots__ = ("key", "left", "right")

    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None


def insert(root, key):
    node = root
    while True:
        if key < node.key:
            if node.left is None:
                node.left = Node(key)
                return
            node = node.left
        else:
            if node.right is None:
                node.right = Node(key)
                return
            node = node.right


def walk(node):
    if node is not None:
        yield from walk(node.left)
        yield node.key
        yield from walk(node.right)


def task():
    root = Node(50_000)
    for i in range(40_000):
        insert(root, i * 7919 % 100_003)
    return sum(1 for _ in walk(root))
