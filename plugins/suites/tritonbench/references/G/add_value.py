"""Ten more than every element."""
import torch


def puzzle1(x):
    return x + 10
