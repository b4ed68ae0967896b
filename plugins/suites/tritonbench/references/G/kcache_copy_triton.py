"""The last n keys of every sequence into a cache of blocks, in either layout."""
import torch


def _put(rows, cache, positions, tables, split):
    """Every row at its position: in which block, by its sequence's table, and where in it."""
    size = cache.shape[-2]
    block = tables.gather(1, (positions // size)[:, None].long())[:, 0].long()
    at = (positions % size).long()
    if split:  # (blocks, heads, dim / x, size, x)
        cache[block, :, :, at] = rows.view(*rows.shape[:2], cache.shape[2], cache.shape[4])
    else:
        cache[block, :, at] = rows


def copy_k_to_blocked_cache(k, k_cache, kv_lengths, block_tables, n=1, use_new_kcache_layout=False):
    k = k.reshape(-1, k.shape[-2], k.shape[-1])
    number = torch.arange(k.shape[0], device=k.device)
    sequence = number // n
    positions = kv_lengths[sequence] + number - n * (sequence + 1)
    _put(k, k_cache, positions, block_tables[sequence], use_new_kcache_layout)
