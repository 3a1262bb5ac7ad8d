# vectorize-loop: rows and columns, one branch or the other.
import threading

import numpy as np


images = [np.full((2000, 2000), 0.1 * n) for n in range(4)]


def lit(image: np.ndarray, floor: float):
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            if image[i, j] > floor:
                image[i, j] = image[i, j] * 0.9
            else:
                image[i, j] = image[i, j] + 0.1


def main():
    threads = [threading.Thread(target=lit, args=(image, 0.25)) for image in images]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print([float(image.sum()) for image in images])


if __name__ == "__main__":
    main()
