import Foundation
import LabModel

extension LabDrain {
    /// Reads `text` again; nil when it is none.
    init?(_ text: String) {
        guard let drain = try? JSONDecoder().decode(LabDrain.self, from: Data(text.utf8)) else { return nil }
        self = drain
    }

    /// As it is stored.
    var text: String {
        (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
