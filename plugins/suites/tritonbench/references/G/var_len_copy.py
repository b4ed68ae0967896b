"""Copies stretches of one vector into another."""
import torch


def launch_var_len_copy_triton(old_a_start, old_a_len, old_location, new_a_start, new_a_location):
    for old, length, new in zip(old_a_start.tolist(), old_a_len.tolist(), new_a_start.tolist()):
        new_a_location[new:new + length] = old_location[old:old + length]
