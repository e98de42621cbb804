import NIOCore

/// The negotiation before the first request, from the server's side. No I/O: it is fed bytes and returns actions.
///
/// The fixed newstyle handshake, without encryption and without structured replies (specification, section
/// "Fixed newstyle negotiation").
struct NBDHandshake {
    enum Action {
        case send(ByteBuffer)
        /// Requests for this disk follow.
        case transmit(any DiskExport)
        case close
    }

    private enum Phase {
        case clientFlags
        case options
        case done
    }

    private let catalog: any DiskExportCatalog
    private var phase = Phase.clientFlags
    private var omitsZeroes = false

    init(catalog: any DiskExportCatalog) {
        self.catalog = catalog
    }

    /// What the server says first.
    static func greeting(_ allocator: ByteBufferAllocator) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: 18)
        buffer.writeInteger(NBDConstants.initMagic)
        buffer.writeInteger(NBDConstants.optionMagic)
        buffer.writeInteger(NBDHandshakeFlags([.fixedNewstyle, .noZeroes]).rawValue)
        return buffer
    }

    /// Takes what it can from `input`; what is left belongs to the requests.
    mutating func receive(_ input: inout ByteBuffer) -> [Action] {
        var actions: [Action] = []
        while true {
            switch phase {
            case .done: return actions
            case .clientFlags:
                guard let flags = input.readInteger(as: UInt32.self) else { return actions }
                guard flags & ~3 == 0 else { return actions + [.close] }
                omitsZeroes = flags & 2 != 0
                phase = .options
            case .options:
                guard let (code, data) = nextOption(&input, &actions) else { return actions }
                answer(code, data, &actions)
            }
        }
    }

    /// - Returns: nil when more bytes are needed or the client does not keep to the protocol.
    private mutating func nextOption(
        _ input: inout ByteBuffer, _ actions: inout [Action]
    ) -> (code: UInt32, data: ByteBuffer)? {
        let start = input.readerIndex
        guard let magic = input.getInteger(at: start, as: UInt64.self),
            let code = input.getInteger(at: start + 8, as: UInt32.self),
            let length = input.getInteger(at: start + 12, as: UInt32.self)
        else { return nil }
        guard magic == NBDConstants.optionMagic, length <= NBDConstants.longestOption else {
            phase = .done
            actions.append(.close)
            return nil
        }
        guard let data = input.getSlice(at: start + 16, length: Int(length)) else { return nil }
        input.moveReaderIndex(forwardBy: 16 + Int(length))
        return (code, data)
    }

    private mutating func answer(_ code: UInt32, _ data: ByteBuffer, _ actions: inout [Action]) {
        guard let option = NBDOption(rawValue: code) else {
            actions.append(.send(reply(code, .unsupported)))
            return
        }
        switch option {
        case .abort:
            actions += [.send(reply(code, .ack)), .close]
            phase = .done
        case .list:
            for name in catalog.names {
                var body = ByteBuffer()
                body.writeInteger(UInt32(name.utf8.count))
                body.writeString(name)
                actions.append(.send(reply(code, .server, body)))
            }
            actions.append(.send(reply(code, .ack)))
        case .exportName:
            guard let export = catalog.export(named: String(buffer: data)) else {
                // The specification leaves no other answer to this option than to hang up.
                actions.append(.close)
                phase = .done
                return
            }
            var body = ByteBuffer()
            body.writeInteger(export.size)
            body.writeInteger(Self.flags(of: export).rawValue)
            if !omitsZeroes { body.writeRepeatingByte(0, count: 124) }
            actions += [.send(body), .transmit(export)]
            phase = .done
        case .info, .go:
            var data = data
            guard let length = data.readInteger(as: UInt32.self), length <= NBDConstants.longestName,
                let name = data.readString(length: Int(length))
            else {
                actions.append(.send(reply(code, .invalid)))
                return
            }
            guard let export = catalog.export(named: name) else {
                var words = ByteBuffer()
                words.writeString("there is no export of this name")
                actions.append(.send(reply(code, .unknown, words)))
                return
            }
            actions += [.send(description(code, export)), .send(reply(code, .ack))]
            if option == .go {
                actions.append(.transmit(export))
                phase = .done
            }
        }
    }

    private func description(_ code: UInt32, _ export: any DiskExport) -> ByteBuffer {
        var size = ByteBuffer()
        size.writeInteger(NBDInformation.export.rawValue)
        size.writeInteger(export.size)
        size.writeInteger(Self.flags(of: export).rawValue)
        var blocks = ByteBuffer()
        blocks.writeInteger(NBDInformation.blockSize.rawValue)
        blocks.writeInteger(NBDConstants.minimumBlock)
        blocks.writeInteger(NBDConstants.preferredBlock)
        blocks.writeInteger(UInt32(NBDConstants.longestPayload))
        var both = reply(code, .info, size)
        both.writeImmutableBuffer(reply(code, .info, blocks))
        return both
    }

    private func reply(_ code: UInt32, _ kind: NBDOptionReply, _ body: ByteBuffer = ByteBuffer()) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(NBDConstants.optionReplyMagic)
        buffer.writeInteger(code)
        buffer.writeInteger(kind.rawValue)
        buffer.writeInteger(UInt32(body.readableBytes))
        buffer.writeImmutableBuffer(body)
        return buffer
    }

    private static func flags(of export: any DiskExport) -> NBDTransmissionFlags {
        export.isReadOnly
            ? [.hasFlags, .readOnly, .sendFlush]
            : [.hasFlags, .sendFlush, .sendFUA, .sendTrim, .sendWriteZeroes]
    }
}
