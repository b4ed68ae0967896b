"""Kullback-Leibler divergence of rows from logs (a mean is of the rows' sums); its gradient takes the input's place."""
import torch


def kldiv_forward_triton(y_pred, y_true, log_target, reduction):
    y, t = y_pred.float(), y_true.float()
    loss = torch.exp(t) * (t - y) if log_target else t * (torch.log(t) - y)
    if reduction == "none":
        return loss
    total = loss.sum()
    return total if reduction == "sum" else total / y.shape[0]


def kldiv_backward_triton(input, target, grad_output, log_target):
    input.copy_(-torch.exp(target) if log_target else -target)
    one = bool((grad_output == 1).all()) and grad_output.dim() == 0
    return input if one else input * grad_output
