import Foundation

/// What the process holds in memory.
enum ResidentMemory {
    /// Bytes at most since the process began.
    static var peakBytes: Int {
        var usage = rusage()
        #if os(Linux)
            let who = RUSAGE_SELF.rawValue
            let unit = 1_024
        #else
            let who = RUSAGE_SELF
            let unit = 1
        #endif
        guard getrusage(who, &usage) == 0 else { return 0 }
        return usage.ru_maxrss * unit
    }
}
