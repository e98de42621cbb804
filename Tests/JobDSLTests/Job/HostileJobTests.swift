import JobDSL
import LabModel
import Testing

@Suite struct HostileJobTests {
    private let whole = """
        job_name: u-boot job
        visibility: public
        device_type: virt-arm64-ab
        priority: low
        context: {arch: arm64, extra_kernel_args: quiet}
        timeouts:
          job: {minutes: 30}
          queue: {days: 2}
          actions: {power-off: {seconds: 30}}
        notify:
          criteria: {status: finished}
          callback: {url: 'http://example.org/cb', method: POST, token: t, dataset: all, content-type: json}
        actions:
        - deploy:
            timeout: {minutes: 5}
            to: tftp
            os: oe
            kernel: {url: 'http://example.org/Image.gz', type: image, compression: gz}
            ramdisk: {url: 'http://example.org/rootfs.cpio.gz', compression: gz}
        - boot:
            timeout: {minutes: 20}
            method: u-boot
            commands: ramdisk
            failure_retry: 3
            prompts: ['/ #', '~ #']
            timeouts: {bootloader-commands: {minutes: 3}}
        - test:
            definitions:
            - from: inline
              name: dmesg
              path: inline/dmesg.yaml
              lava-signal: kmsg
              repository:
                metadata: {format: Lava-Test Test Definition 1.0, name: dmesg}
                run: {steps: [dmesg]}
        - power_cut:
            start: {run: update}
            trigger: {marker: copied, delay: 10 ms}
            alive: {marker: up}

        """

    @Test func theWholeJobIsClean() {
        let job = compiled(whole)
        #expect(job.diagnostics.isEmpty)
        #expect(job.plan?.blocks.map(\.action.kind) == ["deploy", "boot", "test", "power_cut"])
        #expect(job.plan?.unsupported == [])
    }

    @Test func thereIsAPlanExactlyWhenThereIsNoError() {
        let bytes = Array(whole.utf8)
        var texts = stride(from: 0, to: bytes.count, by: 11).map { String(decoding: bytes[..<$0], as: UTF8.self) }
        let lines = whole.split(separator: "\n", omittingEmptySubsequences: false)
        for index in lines.indices {
            var fewer = lines
            fewer.remove(at: index)
            texts.append(fewer.joined(separator: "\n"))
            var other = lines
            other[index] = lines[(index * 7 + 3) % lines.count]
            texts.append(other.joined(separator: "\n"))
        }
        for text in texts {
            let job = compiled(text)
            #expect((job.plan == nil) == job.diagnostics.contains { $0.severity == .error }, "\(text)")
        }
    }

    @Test func aLongTextBehindManyAliasesIsRefused() {
        let long = String(repeating: "x", count: 900_000)
        let aliases = Array(repeating: "*long", count: 20_000).joined(separator: ",")
        #expect(errors("job_name: &long \(long)\ntags: [\(aliases)]\n").first?.contains("with its aliases") == true)
    }

    @Test func manyMistakesEndInAFewFindings() {
        let keys = (0..<5000).map { "key_number_\($0): 1" }.joined(separator: "\n")
        #expect(compiled(keys).diagnostics.count == 201)
        let blocks = (0..<2000).map { "- boot: {method: minimal, prompts: [x], promts_\($0): 1}" }.joined(
            separator: "\n")
        let job = compiled(jobText(blocks))
        #expect(job.plan?.blocks.count == 2000)
        #expect(job.diagnostics.count == 201)
    }
}
