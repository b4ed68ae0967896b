"""Where a whole program's kernels may go in the interpreter: a program is not watched, but a wrong address must not
break its process, for that would not happen twice alike."""

from __future__ import annotations

import gc
from typing import Any, Iterable

import numpy as np
import torch

from bounds import Bounds


class Reach(Bounds):
    """The storages of a launch's arguments, and those of any tensor that lives, which are only looked for where an
    address lies in none of the arguments: a table of pointers."""

    def __init__(self) -> None:
        super().__init__()
        self._all = False

    def launch(self, arguments: Iterable[Any]) -> None:
        self._all = False
        super().launch(arguments)

    def load(self, addresses: np.ndarray, width: int) -> np.ndarray | None:
        outside = super().load(addresses, width)
        if outside is None or self._all:
            return outside
        super().launch([value for value in gc.get_objects() if isinstance(value, torch.Tensor)])
        self._all = True
        return super().load(addresses, width)
