import Foundation
import QuireHub
import Testing

@Suite("Names")
struct NameTests {
    @Test(
        "a reference is a repository, perhaps a GGUF file of it, and a revision",
        arguments: [
            ("org/name", "org/name", nil), ("gpt2", "gpt2", nil), ("a-b.c/d_e", "a-b.c/d_e", nil),
            ("org/name:file.gguf", "org/name", "file.gguf"), ("org/name:Q4/a b.GGUF", "org/name", "Q4/a b.GGUF"),
        ] as [(String, String, String?)])
    func reference(text: String, repository: String, file: String?) throws {
        let reference = try HubReference(text, revision: "refs/pr/1")
        #expect(reference.repository.description == repository)
        #expect(reference.file?.description == file)
        #expect(reference.revision.description == "refs/pr/1")
        #expect(reference.description == text)
        #expect(try HubReference(text).revision == .main)
    }

    @Test(
        "what could lead out of the cache is no repository",
        arguments: [
            "", "/", "org/", "/name", "a/b/c", "../name", "org/..", "org/.hidden", "org/na--me", "org/na..me",
            "org/na me", "org/name.git", "org/né", "org/name\n", String(repeating: "a", count: 97),
        ])
    func badRepository(text: String) {
        #expect(throws: HubError.self) { try HubReference(text) }
    }

    @Test(
        "a file of a reference is a GGUF file below the repository",
        arguments: [
            "", "model.safetensors", "../x.gguf", "/etc/x.gguf", "a//x.gguf", "a/./x.gguf", "a\\x.gguf", "x\n.gguf",
        ])
    func badFile(file: String) {
        #expect(throws: HubError.self) { try HubReference("org/name:\(file)") }
    }

    @Test(
        "a revision is a name of git that stays below a cache's refs",
        arguments: [
            "", "../main", "a/../b", "/a", "a/", "a//b", ".x", "a b", "main\n", String(repeating: "a", count: 256),
        ])
    func badRevision(text: String) {
        #expect(throws: HubError.self) { try HubRevision(text) }
    }

    @Test("only a full hash is a commit")
    func commits() throws {
        #expect(try HubRevision(TestHub.commit).isCommit)
        #expect(try !HubRevision("1111111").isCommit)
        #expect(try !HubRevision("v1.0").isCommit)
    }
}

@Suite("Settings")
struct SettingsTests {
    @Test("HF_HUB_CACHE goes before HF_HOME, and that before the default")
    func cache() throws {
        func root(_ environment: [String: String]) throws -> String {
            try HubSettings(environment: environment).cache.root
        }
        #expect(try root(["HOME": "/u"]) == "/u/.cache/huggingface/hub")
        #expect(try root(["HOME": "/u", "XDG_CACHE_HOME": "/x"]) == "/x/huggingface/hub")
        #expect(try root(["HOME": "/u", "HF_HOME": "~/hf"]) == "/u/hf/hub")
        #expect(try root(["HF_HOME": "/h", "HF_HUB_CACHE": "/c"]) == "/c")
        #expect(try root(["HOME": "/u", "HF_HOME": "", "HF_HUB_CACHE": ""]) == "/u/.cache/huggingface/hub")
    }

    @Test("the token is HF_TOKEN, or what the token file holds")
    func token() throws {
        let folder = try TemporaryFolder()
        try folder.write("token", Array("hf_file\n".utf8))
        #expect(try HubSettings(environment: ["HF_HOME": folder.path]).token == "hf_file")
        #expect(try HubSettings(environment: ["HF_HOME": folder.path, "HF_TOKEN": " hf_env "]).token == "hf_env")
        #expect(try HubSettings(environment: ["HF_HOME": "/nowhere"]).token == nil)
    }

    @Test("a token that would break a header is refused and not shown")
    func badToken() {
        let error = #expect(throws: HubError.self) {
            try HubSettings(environment: ["HF_TOKEN": "hf_secret\r\nX-Evil: 1"])
        }
        #expect(error?.description.contains("hf_secret") == false)
    }

    @Test("an endpoint is a web address", arguments: ["ftp://x", "huggingface.co", "https://", "https://x?y=1"])
    func badEndpoint(text: String) {
        #expect(throws: HubError.self) { try HubSettings(environment: ["HF_ENDPOINT": text]) }
    }

    @Test("HF_HUB_OFFLINE has Hugging Face's values")
    func offline() throws {
        for value in ["1", "ON", "yes", "True"] {
            #expect(try HubSettings(environment: ["HF_HUB_OFFLINE": value]).isOffline)
        }
        #expect(try !HubSettings(environment: ["HF_HUB_OFFLINE": "0"]).isOffline)
        #expect(try HubSettings(environment: [:]).endpoint.absoluteString == "https://huggingface.co")
    }
}
