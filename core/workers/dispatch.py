"""The dispatch mode that all of ours derive from."""

from __future__ import annotations

from torch.utils._python_dispatch import TorchDispatchMode


class Mode(TorchDispatchMode):
    """Sees every operator. Newer torch would keep torch.compile out of such a mode, which costs the import of
    torch._dynamo at the first operator (1.5 s) and a wrapper at each; nothing is compiled under our modes."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Asked by torch when a class is made."""
        return False
