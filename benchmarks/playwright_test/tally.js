// Tells when visits finished; what came before both workers had their browser doesn't count.
class TallyReporter {
  ends = [];
  failed = [];

  onTestEnd(test, result) {
    this.ends.push({ worker: result.parallelIndex, at: Date.now() / 1000 });
    if (result.status !== "passed") this.failed.push(result.error?.message ?? result.status);
  }

  onError(error) {
    this.failed.push(error.message);
  }

  onEnd() {
    if (this.failed.length) {
      console.log(this.failed[0]);
      return;
    }
    const first = new Map();
    for (const end of this.ends) if (!first.has(end.worker)) first.set(end.worker, end.at);
    const began = Math.max(...first.values());
    const finished = this.ends.map((end) => end.at).filter((at) => at > began);
    console.log("TALLY " + JSON.stringify({ began, finished }));
  }
}
module.exports = TallyReporter;
