import Foundation
import HTTPTypes
import Hummingbird

/// The page at `/`, built into the program: no file to lose, no outside resource.
enum WebPage {
    struct File: Sendable {
        let path: String
        let type: String
        let content: [UInt8]

        var response: Response {
            Response(
                status: .ok,
                headers: [
                    .contentType: type, .cacheControl: "no-cache", .contentSecurityPolicy: "default-src 'self'",
                    .xContentTypeOptions: "nosniff", .referrerPolicy: "no-referrer",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: content)))
        }

        static func html(_ name: String, _ content: [UInt8]) -> File { file(name, "text/html; charset=utf-8", content) }
        static func css(_ name: String, _ content: [UInt8]) -> File { file(name, "text/css; charset=utf-8", content) }
        static func icon(_ name: String, _ content: [UInt8]) -> File { file(name, "image/svg+xml", content) }
        static func javascript(_ name: String, _ content: [UInt8]) -> File {
            file(name, "text/javascript; charset=utf-8", content)
        }

        private static func file(_ name: String, _ type: String, _ content: [UInt8]) -> File {
            File(path: "/" + name, type: type, content: content)
        }
    }

    static let files: [File] = [
        .javascript("answer.js", PackageResources.answer_js),
        .javascript("api.js", PackageResources.api_js),
        .css("base.css", PackageResources.base_css),
        .javascript("cells.js", PackageResources.cells_js),
        .css("chat.css", PackageResources.chat_css),
        .javascript("chat.js", PackageResources.chat_js),
        .javascript("conversation.js", PackageResources.conversation_js),
        .javascript("cursor.js", PackageResources.cursor_js),
        .javascript("dom.js", PackageResources.dom_js),
        .javascript("examples.js", PackageResources.examples_js),
        .javascript("feed.js", PackageResources.feed_js),
        .javascript("graph.js", PackageResources.graph_js),
        .css("graphs.css", PackageResources.graphs_css),
        .javascript("graphs.js", PackageResources.graphs_js),
        .javascript("grid.js", PackageResources.grid_js),
        .javascript("history.js", PackageResources.history_js),
        .javascript("hues.js", PackageResources.hues_js),
        .icon("icon.svg", PackageResources.icon_svg),
        .html("", PackageResources.index_html),
        .javascript("key.js", PackageResources.key_js),
        .javascript("legend.js", PackageResources.legend_js),
        .javascript("main.js", PackageResources.main_js),
        .javascript("map.js", PackageResources.map_js),
        .javascript("marks.js", PackageResources.marks_js),
        .css("pages.css", PackageResources.pages_css),
        .javascript("pages.js", PackageResources.pages_js),
        .javascript("palette.js", PackageResources.palette_js),
        .javascript("parameters.js", PackageResources.parameters_js),
        .javascript("scale.js", PackageResources.scale_js),
        .javascript("sse.js", PackageResources.sse_js),
        .javascript("words.js", PackageResources.words_js),
    ]
}

extension HTTPField.Name {
    static let referrerPolicy = Self("Referrer-Policy")!
}
