# Runs a small stack machine, a chain of comparisons per instruction.
PROGRAM = [("push", 1), ("add", 3), ("push", 2), ("mul", None), ("mod", 1_000), ("pop", None)]


def run(program, rounds):
    stack = [0]
    for _ in range(rounds):
        for name, argument in program:
            if name == "push":
                stack.append(argument)
            elif name == "add":
                stack[-1] += argument
            elif name == "mul":
                stack[-1] *= stack[0] + 1
            elif name == "mod":
                stack[-1] %= argument
            elif name == "pop":
                stack[0] = stack.pop()
    return stack[0]


def task():
    return run(PROGRAM, 200_000)
