"""Softmax of every sequence's stretch of tokens, head by head, written into `Prob_Out`."""
import torch


def token_softmax_fwd(Logics, B_Start_Loc, B_Seqlen, Prob_Out, max_input_len):
    for start, length in zip(B_Start_Loc.tolist(), B_Seqlen.tolist()):
        Prob_Out[:, start:start + length] = torch.softmax(Logics[:, start:start + length], -1)
