"""Puts rows of a gradient where they came from."""
import torch


def index_select_cat_bwd(grad_source, index, grad_output):
    grad_source[index] = grad_output.float().to(grad_source.dtype)
