"""Twice the input, anew or in place."""
import torch


def triton_mul2(x, BLOCK_SIZE=16):
    return 2 * x


def triton_mul2_inplace(x, BLOCK_SIZE=16):
    return x.mul_(2)
