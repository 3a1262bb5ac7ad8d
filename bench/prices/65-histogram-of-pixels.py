# Counts the brightness of pixels in a picture held as bytes.
WIDTH = 640
HEIGHT = 480


def brightness(red, green, blue):
    return (red * 299 + green * 587 + blue * 114) // 1000


def histogram(pixels):
    counts = [0] * 256
    for start in range(0, len(pixels), 3):
        counts[brightness(pixels[start], pixels[start + 1], pixels[start + 2])] += 1
    return counts


def task():
    pixels = bytes(range(240)) * (WIDTH * HEIGHT * 3 // 240)
    return histogram(pixels)
