import CFuzzDriver
import FuzzChecks
import Glibc

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(LLVMFuzzerRunDriver(&count, &arguments) { runCheck(PatternsCheck.self, $0, $1) })
