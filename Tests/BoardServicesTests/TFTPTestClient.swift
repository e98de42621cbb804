import NIOCore
import NIOPosix

@testable import BoardServices

/// A board's side of TFTP, as small as it can be.
enum TFTPTestClient {
    enum Result: Hashable {
        case file([UInt8])
        case error(UInt16)
        case silence
    }

    static func fetch(_ name: String, options: [TFTPOption], port: Int) async throws -> Result {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(
                            inboundType: AddressedEnvelope<ByteBuffer>.self,
                            outboundType: AddressedEnvelope<ByteBuffer>.self))
                }
            }
        // The largest block is larger than the default.
        try await channel.channel.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65535))
            .get()
        let server = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        return try await channel.executeThenClose { inbound, outbound in
            func send(_ packet: TFTPPacket, to address: SocketAddress) async throws {
                var buffer = ByteBuffer()
                packet.write(to: &buffer)
                try await outbound.write(AddressedEnvelope(remoteAddress: address, data: buffer))
            }
            try await send(.readRequest(TFTPReadRequest(fileName: name, options: options)), to: server)
            var file: [UInt8] = []
            var blockSize = 512
            var window = 1
            var block: UInt16 = 0
            for try await envelope in inbound {
                switch TFTPPacket(envelope.data) {
                case .optionAcknowledgement(let agreed):
                    for option in agreed {
                        if option.name == "blksize" { blockSize = Int(option.value) ?? 0 }
                        if option.name == "windowsize" { window = Int(option.value) ?? 0 }
                    }
                    try await send(.acknowledgement(block: 0), to: envelope.remoteAddress)
                case .data(let number, let bytes) where number == block &+ 1:
                    block = number
                    file += bytes
                    if Int(block) % window == 0 || bytes.count < blockSize {
                        try await send(.acknowledgement(block: block), to: envelope.remoteAddress)
                    }
                    if bytes.count < blockSize { return .file(file) }
                case .error(let error): return .error(error.code)
                default: break
                }
            }
            return .silence
        }
    }
}
