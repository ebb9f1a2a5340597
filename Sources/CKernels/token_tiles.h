// Tokens in tiles whose number the compiler knows.

// Tokens of the next tile, when the fewest of at most `most` are as even as can be: two tiles of 2 keep more sums in
// flight than one of 3 and one of 1.
QK_INLINE ptrdiff_t next_tile(ptrdiff_t tokens, ptrdiff_t most) {
    ptrdiff_t tiles = (tokens + most - 1) / most;
    return (tokens + tiles - 1) / tiles;
}

#define QK_TILE_CASE(n, most, TILE) \
    case n:                         \
        if (n <= (most)) {          \
            TILE(n);                \
        }                           \
        break;

// TILE(n) for every tile of at most `most` of `tokens`; most is a constant, 8 at most. x and y go on by their strides.
#define QK_FOR_TILES(tokens, most, x, x_stride, y, y_stride, TILE)    \
    for (ptrdiff_t left = (tokens), here; left > 0; left -= here) {   \
        here = next_tile(left, most);                                 \
        switch (here) {                                               \
            QK_TILE_CASE(1, most, TILE)                               \
            QK_TILE_CASE(2, most, TILE)                               \
            QK_TILE_CASE(3, most, TILE)                               \
            QK_TILE_CASE(4, most, TILE)                               \
            QK_TILE_CASE(5, most, TILE)                               \
            QK_TILE_CASE(6, most, TILE)                               \
            QK_TILE_CASE(7, most, TILE)                               \
            QK_TILE_CASE(8, most, TILE)                               \
        default: __builtin_unreachable();                             \
        }                                                             \
        x += here * x_stride;                                         \
        y += here * y_stride;                                         \
    }
