/// Bytes of a safetensors file with any header, well-formed or not.
func safetensors(_ header: String, data count: Int = 0, headerLength: UInt64? = nil) -> [UInt8] {
    safetensors(header: Array(header.utf8), data: [UInt8](repeating: 7, count: count), headerLength: headerLength)
}

func safetensors(header: [UInt8], data: [UInt8], headerLength: UInt64? = nil) -> [UInt8] {
    littleEndian(headerLength ?? UInt64(header.count)) + header + data
}

/// One entry of a header, without the braces around the whole.
func tensorField(_ name: String, _ dtype: String, _ shape: String, _ begin: Int, _ end: Int) -> String {
    #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
}
