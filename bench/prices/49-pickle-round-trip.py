# Pickles a list of dictionaries and reads it back.
import pickle


def task():
    rows = [{"id": i, "name": f"row {i}", "values": (i, i + 1, i + 2)} for i in range(80_000)]
    return len(pickle.loads(pickle.dumps(rows)))
