# Starts a child that sleeps and waits for it.
import subprocess
import sys


def task():
    subprocess.run([sys.executable, "-c", "import time; time.sleep(0.1)"], check=True)
    return True
