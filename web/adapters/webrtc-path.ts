/** The path in use; `undefined` while there is none. Behind some NATs only one end sees that it is a relay. */
export async function pathOf(connection: RTCPeerConnection): Promise<"direct" | "relayed" | undefined> {
  const stats = await connection.getStats();
  for (const report of stats.values()) {
    if (report.type !== "transport" || report.selectedCandidatePairId === undefined) continue;
    const pair = stats.get(report.selectedCandidatePairId);
    if (pair === undefined) continue;
    const ends = [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)];
    return ends.some((end) => end?.candidateType === "relay") ? "relayed" : "direct";
  }
  return undefined;
}
