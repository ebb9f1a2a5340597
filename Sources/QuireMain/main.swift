import QuireCLI

await QuireProgram.main()
