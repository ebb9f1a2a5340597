"""Blocks with references, a queue of free ones, and what can be found by its content."""

import collections


class Blocks:
    """`evicted` is told of every block that can no longer be found because someone else takes it."""

    def __init__(self, total, evicted):
        self.total, self.evicted = total, evicted
        self.references = [0] * total
        self.key_of, self.block_of = {}, {}
        self.free = collections.OrderedDict.fromkeys(range(total))

    def allocate(self):
        block, _ = self.free.popitem(last=False)
        if block in self.key_of:
            del self.block_of[self.key_of.pop(block)]
            self.evicted(block)
        self.references[block] = 1
        return block

    def take(self, block):
        self.free.pop(block, None)
        self.references[block] += 1

    def release(self, block):
        self.references[block] -= 1
        if self.references[block] == 0:
            self.free[block] = None
            if block not in self.key_of:
                self.free.move_to_end(block, last=False)

    def remember(self, key, block):
        if key not in self.block_of and block not in self.key_of:
            self.block_of[key], self.key_of[block] = block, key
