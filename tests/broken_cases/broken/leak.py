"""What one point with ``ISOLATE = "point"`` does to its process, the next does not see.

Oracle: nobody was here before.
"""

import os

PARAMS = {"n": (1, 2)}
ISOLATE = "point"


def oracle(n):
    return {"visits": 1, "folder_is_empty": True}


def build(n):
    os.environ["VISITS"] = str(int(os.environ.get("VISITS", "0")) + 1)

    def answer():
        empty = not os.listdir(".")
        with open("left behind", "w") as stream:
            stream.write("x")
        return {"visits": int(os.environ["VISITS"]), "folder_is_empty": empty}

    return answer
