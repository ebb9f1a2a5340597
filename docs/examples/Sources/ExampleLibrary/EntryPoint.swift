import ExampleParts
import QuireCore

// What a program that loads the shared library asks first, and then.

@_cdecl("quire_plugin_version")
public func pluginVersion() -> UnsafePointer<CChar> { PluginEntryPoint.version }

@_cdecl("quire_plugin_register")
public func registerPlugin(_ registry: UnsafeMutableRawPointer) -> UnsafeMutablePointer<CChar>? {
    PluginEntryPoint.register([ExamplePlugin.self], in: registry)
}
