"""What the parent does once, so that every candidate worker starts warm: imports, mends, one kernel."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.metadata
import os
from typing import Any

import torch


def prepare(interpreted: bool) -> dict[str, Any]:
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    import triton

    facts: dict[str, Any] = {
        "torch": torch.__version__,
        "triton": triton.__version__,
        "interpreter": interpreted,
        "numpy": importlib.metadata.version("numpy"),
    }
    with contextlib.suppress(ImportError):  # torch's first backward imports it, and sympy with it: 0.3 s a worker
        importlib.import_module("torch.fx.experimental.symbolic_shapes")
    import programs, reach  # noqa: F401, E401
    import cuda_on_cpu, library, loading, observing, tensors, timing  # noqa: F401, E401  (children import nothing)

    if interpreted:
        interpret()
        _warm()
    else:
        import on_gpu  # noqa: F401
        from triton.runtime.cache import triton_key

        triton_key()  # hashes triton's own files: 0.5 s, once
    gc.collect()
    gc.freeze()  # what is here is shared with every child and is none of a candidate's
    return facts


def interpret() -> None:
    """Mends the interpreter, once; TRITON_INTERPRET was set when triton was imported."""
    import executor, interpreter, speed, standin, triton  # noqa: E401

    standin.install()
    speed.install()
    interpreter.mend()
    executor.install()
    torch.library.wrap_triton = lambda kernel: kernel  # it knows compiled kernels alone
    _forget_switch(triton)


def _forget_switch(triton: Any) -> None:
    """The interpreter stays on, the environment no longer says so: a file must not choose its kernels by it."""
    if hasattr(triton, "knobs"):
        triton.knobs.runtime.interpret = True
        os.environ.pop("TRITON_INTERPRET", None)


def _warm() -> None:
    """A tiny kernel through the interpreter: shows at start whether it works with this numpy, as no version number
    can."""
    import warm_kernel
    from parent import Unready

    try:
        warm_kernel.run()
    except Exception as error:
        raise Unready(
            f"the Triton interpreter does not work here: {type(error).__name__}: {error}",
            "install a numpy that fits this triton (for triton 3.6: numpy below 2.3)",
        ) from error
