"""sigmoid(in_out + bias + in / 2) in the place of in_out; the bias goes round."""
import torch


def fused_add_mul_activation_torch(in_out_tensor, bias, in_tensor):
    at = torch.arange(in_out_tensor.numel(), device=in_out_tensor.device) % bias.numel()
    total = 0.5 * in_tensor + in_out_tensor + bias.reshape(-1)[at].view(in_out_tensor.shape)
    return in_out_tensor.copy_(torch.sigmoid(total.float()))
