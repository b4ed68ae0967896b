"""Matrix times vector, summed in fp32."""
import torch


def mv(inp, vec):
    return (inp.float() @ vec.float()).to(inp.dtype)
