import ExampleParts
import QuireCLI

await QuireProgram.main(plugins: [ExamplePlugin.self])
