extension Tensor {
    /// A new tensor with some of the columns.
    public func columns(_ range: Range<Int>) -> Tensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
        let result = context.tensor(rows: rows, columns: range.count)
        for row in 0..<rows {
            _ = result.row(row).update(fromContentsOf: UnsafeMutableBufferPointer(rebasing: self.row(row)[range]))
        }
        return result
    }

    /// Replaces the columns from `first` on by those of a tensor with as many rows.
    public func setColumns(from first: Int, to other: Tensor) {
        precondition(other.rows == rows && first + other.columns <= columns, "\(other.columns) columns at \(first)")
        for row in 0..<rows {
            (self.row(row).baseAddress! + first).update(from: other.row(row).baseAddress!, count: other.columns)
        }
    }

    /// Cuts each row, which consists of `groups` runs of the given widths one after the other, into one tensor for each
    /// width: `[rows, groups · width]`.
    public func split(into widths: [Int], groups: Int = 1) -> [Tensor] {
        let period = widths.reduce(0, +)
        precondition(period * groups == columns, "\(groups) times \(widths) of \(columns) columns")
        let results = widths.map { context.tensor(rows: rows, columns: groups * $0) }
        let source = SharedPointer(baseAddress)
        let targets = results.map { SharedPointer($0.baseAddress) }
        let columns = columns
        context.forRows(rows, costPerRow: columns) { range in
            for row in range {
                var from = source.pointer + row * columns
                for group in 0..<groups {
                    for (target, width) in zip(targets, widths) {
                        (target.pointer + (row * groups + group) * width).update(from: from, count: width)
                        from += width
                    }
                }
            }
        }
        return results
    }

    /// Puts rows of two tensors side by side, head by head: `[rows, heads · (a + b)]`.
    public func joined(_ other: Tensor, heads: Int) -> Tensor {
        precondition(other.rows == rows, "\(rows) rows beside \(other.rows)")
        let (mine, its) = (columns / heads, other.columns / heads)
        let result = context.tensor(rows: rows, columns: heads * (mine + its))
        for head in 0..<(rows * heads) {
            let target = result.baseAddress + head * (mine + its)
            target.update(from: baseAddress + head * mine, count: mine)
            (target + mine).update(from: other.baseAddress + head * its, count: its)
        }
        return result
    }

    /// Multiplies every number.
    public func scale(by factor: Float) {
        guard factor != 1 else { return }
        let (target, kernels, width) = (SharedPointer(baseAddress), context.kernels, columns)
        context.forRows(rows, costPerRow: width) { range in
            kernels.scale(target.pointer + range.lowerBound * width, factor, range.count * width)
        }
    }

    /// Makes every number `x` to `cap · tanh(x / cap)`.
    public func softCap(_ cap: Float) {
        let (target, kernels, width) = (SharedPointer(baseAddress), context.kernels, columns)
        context.forRows(rows, costPerRow: width * 4) { range in
            kernels.soft_cap(target.pointer + range.lowerBound * width, cap, range.count * width)
        }
    }

    /// Adds `factor · other`, of the same shape.
    public func add(_ other: Tensor, times factor: Float) {
        precondition(other.rows == rows && other.columns == columns, "shapes differ")
        let (target, source) = (SharedPointer(baseAddress), SharedPointer(other.baseAddress))
        let (kernels, width) = (context.kernels, columns)
        context.forRows(rows, costPerRow: width) { range in
            let offset = range.lowerBound * width
            kernels.add_scaled(target.pointer + offset, source.pointer + offset, factor, range.count * width)
        }
    }
}
