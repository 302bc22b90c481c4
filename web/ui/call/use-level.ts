import { useEffect, useRef } from "react";

const SAMPLES = 512;

/** Calls back with how loud a stream is, 0 to 1, about fifteen times a second while there is one. */
export function useLevel(stream: MediaStream | undefined, heard: (level: number) => void): void {
  const listener = useRef(heard);
  listener.current = heard;
  useEffect(() => {
    if (stream === undefined || stream.getAudioTracks().length === 0) return;
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: SAMPLES });
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(SAMPLES);
    let frame = 0;
    let frames = 0;
    const look = () => {
      frames += 1;
      if (frames % 4 === 0) {
        analyser.getFloatTimeDomainData(samples);
        const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / SAMPLES;
        listener.current(Math.min(1, Math.sqrt(power) * 3));
      }
      frame = requestAnimationFrame(look);
    };
    look();
    return () => {
      cancelAnimationFrame(frame);
      void context.close();
    };
  }, [stream]);
}
