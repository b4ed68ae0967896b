"""The newest key and value of every sequence into caches of blocks; the keys' in either layout."""
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


def copy_kv_to_blocked_cache(k, v, k_cache, v_cache, kv_lengths, block_tables, use_new_kcache_layout=False):
    k = k.squeeze(1) if k.dim() == 4 else k
    v = v.squeeze(1) if v.dim() == 4 else v
    _put(k, k_cache, kv_lengths - 1, block_tables, use_new_kcache_layout)
    _put(v, v_cache, kv_lengths - 1, block_tables, False)
