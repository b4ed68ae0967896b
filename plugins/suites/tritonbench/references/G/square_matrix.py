"""The square of every element."""
import torch


def square(x):
    return x * x
